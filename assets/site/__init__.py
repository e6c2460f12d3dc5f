"""The site: pages for leaders, agencies, companions and auditors, made from the warehouse.

Belongs here: how the numbers of a load are displayed. `agreements/publik.yaml` and `assets.sharing` decide which may be
displayed; the marts compute them. A page is a module in `pages/`, with a template and texts.
"""
