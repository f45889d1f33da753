'use strict';
// What every program uses: the addresses, the SDK client, and the phones of the people.
require('./names');

const assert = require('assert').strict;

const { MASKLINE_URL, CARRIER_URL, SERVICE_SID, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, SDK } = process.env;
const PATIENCE_MS = 20000;
const twilio = require(`twilio-${SDK}`);

// An unmodified SDK needs only one line to use Maskline; the second line replaces Twilio by the simulator.
const client = twilio(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN);
client.proxy.baseUrl = `${MASKLINE_URL}/proxy`;
client.api.baseUrl = CARRIER_URL;

// In twilio-node 6, a created or listed object does not know its SID: further calls need `service.sessions(sid)`.
const service = client.proxy.v1.services(SERVICE_SID);

/** A client that uses an API key instead of the account's token. */
function keyClient(sid, secret) {
  const found = twilio(sid, secret, { accountSid: TWILIO_ACCOUNT_SID });
  found.proxy.baseUrl = client.proxy.baseUrl;
  found.api.baseUrl = CARRIER_URL;
  return found;
}

/** The HTTP status and error code of a call that must fail. */
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return [error.status, error.code];
  }
  throw new Error('that should have been refused');
}

/** A request without any SDK. Node's fetch() uses the same name resolver. */
async function request(method, url, body) {
  const login = Buffer.from(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`).toString('base64');
  const headers = { 'Content-Type': 'application/json', Authorization: `Basic ${login}` };
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  assert(response.ok, `${method} ${url}: ${response.status}`);
  const answer = await response.text();
  return answer ? JSON.parse(answer) : null;
}

/** Configures the Service, as somebody does once in the console: the oldest SDK has no fields for this. */
async function configure(fields) {
  const login = Buffer.from(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`).toString('base64');
  const url = `${MASKLINE_URL}/proxy/v1/Services/${SERVICE_SID}`;
  const options = { method: 'POST', headers: { Authorization: `Basic ${login}` }, body: new URLSearchParams(fields) };
  const response = await fetch(url, options);
  assert(response.ok, String(response.status));
}

/** Waits until `ready` returns a true value, and returns it: callbacks come at an unknown time. */
async function eventually(ready) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await ready();
    if (found) return found;
    assert(Date.now() < until, 'that has not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Somebody texts a number. Resolves when everything that follows from it has happened. */
async function text(from, to, body) {
  const answer = await request('POST', `${CARRIER_URL}/sim/text?wait=1`, { from, to, body });
  assert(answer.settled);
}

/** [from, text] of all messages that have arrived, oldest first. Reading them deletes them. */
async function inbox(phone) {
  const url = `${CARRIER_URL}/sim/inbox/${phone}`;
  const found = await request('GET', url);
  await request('DELETE', url);
  return found.messages.map((message) => [message.from, message.body]);
}

function run(main) {
  main().then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
  });
}

module.exports = {
  account: TWILIO_ACCOUNT_SID, assert, carrier: CARRIER_URL, client, configure, eventually, inbox, keyClient,
  newest: SDK === 'newest', refusal, request, run, service, serviceSid: SERVICE_SID, text, token: TWILIO_AUTH_TOKEN,
  twilio, url: MASKLINE_URL,
};
