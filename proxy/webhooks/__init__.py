"""The carrier's webhooks: each checks the signature, parses the form, calls the relay and answers with TwiML."""

from proxy.webhooks import trial, views
from proxy.webhooks.refuse import count_wrong_path

views.bp.after_app_request(count_wrong_path)
blueprints = [views.bp, trial.bp]
