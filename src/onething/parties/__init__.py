"""Who and where: divisions, bodies, routing of items to bodies, accounts and officers."""
