'use strict';
// What every program begins with: where things are, the client, and phones in people's hands.
require('./names');

const assert = require('assert').strict;

const { MASKLINE_URL, CARRIER_URL, SERVICE_SID, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, SDK } = process.env;
const twilio = require(`twilio-${SDK}`);

// An unmodified SDK and one line; the second is for the simulator in place of Twilio.
const client = twilio(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN);
client.proxy.baseUrl = `${MASKLINE_URL}/proxy`;
client.api.baseUrl = CARRIER_URL;

// twilio-node 6 forgets the SID of what it made or listed: only `service.sessions(sid)` goes on from there.
const service = client.proxy.v1.services(SERVICE_SID);

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
  main().catch((error) => {
    console.error(error);
    process.exit(1);
  });
}

module.exports = {
  assert, client, inbox, refusal, request, run, service, text, newest: SDK === 'newest', url: MASKLINE_URL,
};
