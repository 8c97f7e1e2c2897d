"""`python -m onething.cli` is the console command, also where no script is installed."""

import sys

from onething.cli import main

sys.exit(main())
