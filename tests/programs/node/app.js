'use strict';
// The user's own HTTP server: the requests that it gets, and its answers.
const http = require('http');
const { assert } = require('./kit');

const XML = 'text/xml';
const HTML = 'text/html; charset=utf-8';

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * `routes`: a function for each path. It returns nothing (200), a status, or { status, text, kind }. If it throws,
 * the answer is 500 and the program fails. `told` lists each request after it was handled.
 */
class App {
  constructor(routes) {
    this.routes = routes;
    this.told = [];
    this.errors = [];
    this.server = http.createServer((request, response) => this.handle(request, response));
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  stop() {
    this.server.close();
    assert.deepEqual(this.errors, []);
  }

  url(path) {
    return `http://127.0.0.1:${this.server.address().port}${path}`;
  }

  /** The forms that this path has received. */
  at(path) {
    return this.told.filter((told) => told.path === path).map((told) => told.form);
  }

  async handle(request, response) {
    const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    const told = { path: request.url, form, signature: request.headers['x-twilio-signature'] };
    const { status = 200, text = '', kind = HTML } = await this.answer(told);
    this.told.push(told);
    response.writeHead(status, { 'Content-Type': kind });
    response.end(text);
  }

  async answer(told) {
    try {
      const found = await this.routes[told.path.slice(1)](told);
      return typeof found === 'object' ? found : { status: found };
    } catch (error) {
      console.error(error);
      this.errors.push(error);
      return { status: 500 };
    }
  }
}

module.exports = { App, XML };
