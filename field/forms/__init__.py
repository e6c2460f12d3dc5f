"""The forms as XLSForms, built from one declaration."""
