"""The site: what the warehouse says, as pages for leaders, agencies, companions and auditors.

Here belongs how numbers of a load are shown. What may be shown is decided by `agreements/publik.yaml` and
`assets.sharing`; what is true, by the marts. A page is a module in `pages/`, with a template and texts.
"""
