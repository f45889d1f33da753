#!/usr/bin/env bash
# twilio-node's autoRetry does not read Retry-After.
#
# Tool and version: the npm package twilio, 6.2.0, with `autoRetry: true` ("auto-retry requests with exponential backoff
# on 429 responses").
# One would guess: a request that is answered 429 with `Retry-After: 5` is repeated after 5 seconds, or later.
# Seen: three more tries, the first within 200 ms, the last within 1.4 s; then the program gets the error. Without
# autoRetry, which is the default, there is one try. So a server whose limit is full for longer than about a second cannot
# ask such a client to wait: it has to let a usual burst pass.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts twilio@6.2.0 > /dev/null

cat > probe.js <<'JS'
const http = require('http');
const twilio = require('twilio');

const WAIT_SECONDS = 5;
let tries = [];
const server = http.createServer((request, response) => {
  tries.push(Date.now());
  request.resume();
  response.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': String(WAIT_SECONDS) });
  response.end(JSON.stringify({ code: 20429, message: 'Too many requests', more_info: '', status: 429 }));
});

async function ask(options) {
  tries = [];
  const client = twilio(`AC${'1'.repeat(32)}`, 'token', options);
  client.proxy.baseUrl = `http://127.0.0.1:${server.address().port}`;
  const error = await client.proxy.v1.services.create({ uniqueName: 'a shop' }).catch((found) => found);
  return { status: error.status, tries: tries.length, waited: tries.at(-1) - tries[0] >= WAIT_SECONDS * 1000 };
}

server.listen(0, '127.0.0.1', async () => {
  const usual = await ask({});
  const retrying = await ask({ autoRetry: true });
  console.log('by default:', JSON.stringify(usual));
  console.log('autoRetry: ', JSON.stringify(retrying));
  const asSeen = usual.tries === 1 && retrying.tries === 4 && !retrying.waited && retrying.status === 429;
  process.exit(asSeen ? 0 : 1);
});
JS
node probe.js
