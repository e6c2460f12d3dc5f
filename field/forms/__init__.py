"""The companions' forms: declared in Python, written as XLSForms for ODK Central or KoboToolbox."""
