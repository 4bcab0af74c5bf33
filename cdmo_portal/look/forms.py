from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Our field layout for every form; set `FORM_RENDERER` to this class and install `django.forms`."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
