#!/usr/bin/env bash
# Twilio's calculator of SMS segments keeps what one sees as a character whole at a border. One would guess that it asks
# the platform what a character is (Intl.Segmenter, here of Node 20). It brings the tables of Unicode 10 (2017) instead:
# emoji sequences that came later are several characters to it, and may be cut. The same text then has another number of
# segments than by the platform's characters.
# Packages: npm sms-segments-calculator 1.3.0, grapheme-splitter 1.0.4. Needs node 20 and npm.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT; cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts sms-segments-calculator@1.3.0 grapheme-splitter@1.0.4
cat > look.js <<'JS'
const { SegmentedMessage } = require("sms-segments-calculator");
// Two hands of two skin tones (Unicode 14, 2021): one character, of nine UTF-16 units.
const handshake = "\u{1FAF1}\u{1F3FB}\u200D\u{1FAF2}\u{1F3FF}";
const platform = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(handshake)].length;
const calculator = new SegmentedMessage(handshake).graphemes.length;
console.log(`characters of one handshake: platform ${platform}, calculator ${calculator}`);
// 22 of them: seven whole ones fit into a segment of 67 units, so they take one segment more than cut ones.
const unit = handshake.length, text = handshake.repeat(22);
const whole = Math.ceil(22 / Math.floor(67 / unit));
const counted = new SegmentedMessage(text).segmentsCount;
console.log(`segments of 22: whole characters ${whole}, calculator ${counted}`);
process.exit(platform === 1 && calculator > 1 && counted !== whole ? 0 : 1);
JS
node look.js
