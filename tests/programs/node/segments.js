// Reads a JSON list of texts, and writes the result of Twilio's own calculator for each: [encoding, segments].
const { SegmentedMessage } = require("sms-segments-calculator");

const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const counted = texts.map((text) => new SegmentedMessage(text));
console.log(JSON.stringify(counted.map((one) => [one.encodingName, one.segmentsCount])));
