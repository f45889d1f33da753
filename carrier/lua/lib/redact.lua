-- use: base
-- Texts to be emptied at the carrier: `redactions` has its messages by when they are due, `redacting` what is known of
-- each, { i = Interaction, leg = inbound | outbound, tries }. A leg says in `redaction` how far that is.

-- How long after its end, in ms; nil: never. Not worth reading all of the Service, and free where it is not set.
local function redact_after(service_text)
  local seconds = tonumber(string.match(service_text, '"redact_after":(%d+)') or 0)
  return seconds > 0 and seconds * 1000 or nil
end

-- The mark `x` outlives a Service that was deleted.
local function redacts_now()
  return redact_after(redis.call('GET', K.service()) or '') or redis.call('HGET', K.clock(), 'x') and 0 or nil
end

-- `at`: no later than this.
local function await_redaction(resource, interaction, leg, at)
  redis.call('HSET', K.redacting(), resource, cjson.encode({ i = interaction, leg = leg, tries = 0 }))
  redis.call('ZADD', K.redactions(), 'LT', at, resource)
end

-- Each inbound message, whatever becomes of it: its text is at the carrier all the same.
local function redact_inbound(service_text, now)
  local after = args.kind == 'message' and redact_after(service_text)
  if not after then return end
  args.redact = 'pending'
  await_redaction(args.resource, args.interaction, 'inbound', now + after)
end

-- The earlier parts of a long text that the outbox sent are texts of their own there.
local function redact_parts(leg, at)
  for _, resource in ipairs(leg.parts or {}) do await_redaction(resource, nil, 'outbound', at) end
end

local function redact_leg(i, side, at)
  i[side].redaction, i[side].redaction_code = 'pending', nil
  await_redaction(i[side].resource, i.sid, side, at)
  redact_parts(i[side], at)
end

-- Before `i` is written. `over`: its outbound leg is, or nothing more will be heard of it. Returns whether it is news.
local function redact_outbound(i, over, now)
  local leg = i.outbound
  if i.type ~= 'message' or not leg or not over or leg.redaction then return false end
  local after = i.redact and 0 or redacts_now()
  if after and not leg.resource then redact_parts(leg, now + after) end
  if after and leg.resource then redact_leg(i, 'outbound', now + after) end
  return after and leg.resource and true or false
end
