"""What the carrier posts to us: signature, then strict parse, then the relay, then TwiML."""

from proxy.webhooks import message, status, trial, voice
from proxy.webhooks.refused import note_wrong_path

message.bp.after_app_request(note_wrong_path)
blueprints = [message.bp, status.bp, trial.bp, voice.bp]
