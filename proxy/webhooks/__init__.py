"""The carrier's webhooks: each checks the signature, parses the form, calls the relay and answers with TwiML."""

from proxy.webhooks import message, status, trial, voice
from proxy.webhooks.refuse import count_wrong_path

message.bp.after_app_request(count_wrong_path)
blueprints = [message.bp, status.bp, trial.bp, voice.bp]
