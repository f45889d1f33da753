'use strict';
// What every program begins with: where things are, the client, and phones in people's hands.
require('./names');

const assert = require('assert').strict;

const { MASKLINE_URL, CARRIER_URL, SERVICE_SID, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, SDK } = process.env;
const PATIENCE_MS = 20000;
const twilio = require(`twilio-${SDK}`);

// An unmodified SDK and one line; the second is for the simulator in place of Twilio.
const client = twilio(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN);
client.proxy.baseUrl = `${MASKLINE_URL}/proxy`;
client.api.baseUrl = CARRIER_URL;

// twilio-node 6 forgets the SID of what it made or listed: only `service.sessions(sid)` goes on from there.
const service = client.proxy.v1.services(SERVICE_SID);

/** With an API key in place of the account's token. */
function keyClient(sid, secret) {
  const found = twilio(sid, secret, { accountSid: TWILIO_ACCOUNT_SID });
  found.proxy.baseUrl = client.proxy.baseUrl;
  found.api.baseUrl = CARRIER_URL;
  return found;
}

/** HTTP status and code of what must fail. */
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return [error.status, error.code];
  }
  throw new Error('that should have been refused');
}

/** Without any SDK. fetch() of Node asks the same resolver. */
async function request(method, url, body) {
  const login = Buffer.from(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`).toString('base64');
  const headers = { 'Content-Type': 'application/json', Authorization: `Basic ${login}` };
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  assert(response.ok, `${method} ${url}: ${response.status}`);
  const answer = await response.text();
  return answer ? JSON.parse(answer) : null;
}

/** As somebody does once in the console: the oldest SDK has no words for it. */
async function configure(fields) {
  const login = Buffer.from(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`).toString('base64');
  const url = `${MASKLINE_URL}/proxy/v1/Services/${SERVICE_SID}`;
  const options = { method: 'POST', headers: { Authorization: `Basic ${login}` }, body: new URLSearchParams(fields) };
  const response = await fetch(url, options);
  assert(response.ok, String(response.status));
}

/** What it gives as soon as that is something; callbacks come when they come. */
async function eventually(ready) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await ready();
    if (found) return found;
    assert(Date.now() < until, 'that has not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Somebody texts a number; done when all that follows from it has happened. */
async function text(from, to, body) {
  const answer = await request('POST', `${CARRIER_URL}/sim/text?wait=1`, { from, to, body });
  assert(answer.settled);
}

/** [from, text] of all that has arrived, oldest first; read once. */
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
