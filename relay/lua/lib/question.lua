-- use: interaction, seen
-- A question to the customer's app: open under the carrier's SID until settle.lua. `questions` holds all that it takes to
-- end one without its webhook, which may never come again; `question_ends` has when a job does so.
local GRACE_MS = 1000
-- The carrier tries a webhook for 15 s: until then it may still take the answer itself.
local COMES_AGAIN_MS = 20000
local OF_INBOUND = {
  'kind', 'who', 'to', 'resource', 'interaction', 'sealed', 'segments', 'segments_each', 'encoding', 'flags', 'files', 'redact', 'unchecked',
  'send', 'at', 'owner',
}

-- With what the owner of a question needs to ask it, and what is not kept.
local function told(outcome, service_text)
  outcome.service = cjson.decode(service_text)
  outcome.document = outcome.interaction and load_interaction(outcome.interaction)
  outcome.session = outcome.known and load_session(outcome.known)
  return cjson.encode(outcome)
end

-- Whether the Service has that URL; not worth reading all of it.
local function asks(service_text, field)
  return string.find(service_text, '"' .. field .. '":"', 1, true) ~= nil
end

local function defer(question, about, service_text, now)
  local outcome = {
    outcome = 'deciding', question = question, owner = args.owner, interaction = about.interaction, known = about.session,
  }
  local ends, inbound = now + cjson.decode(service_text).intercept_timeout_ms + GRACE_MS, {}
  outcome['until'] = ends
  remember(now, outcome)
  for _, name in ipairs(OF_INBOUND) do inbound[name] = args[name] end
  redis.call('HSET', K.questions(), args.sid, cjson.encode({ question = question, since = now, ['until'] = ends, inbound = inbound }))
  redis.call('ZADD', K.question_ends(), args.at and ends or math.max(ends, now + COMES_AGAIN_MS), args.sid)
  return told(outcome, service_text)
end
