"""The notice: everything the applicant must know, told once (R2.3)."""
