"""What the carrier posts to us: signature, then strict parse, then the relay, then TwiML."""

from proxy.webhooks import message, status, voice

blueprints = [message.bp, status.bp, voice.bp]
