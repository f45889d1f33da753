-- use: reach, session, statuses
-- What the carrier told of a message's outbound leg, taken for its recipient: the same whatever way it was told.
function reach.learn(p, i, rule, now)
  local code, field = i.outbound.code, p.who .. '|' .. p.number
  local pair = redis.call('HGET', K.unreachable(), field)
  if pair and (cjson.decode(pair).since or 0) >= i.created then return end
  if code == reach.OPTED_OUT then
    local svc = service()
    return svc and opt_out(p.who, p.number, svc, 'carrier', p.sealed, now, p.sid)
  end
  field = rule.whose == 'person' and p.who or field
  local known = cjson.decode(redis.call('HGET', K.unreachable(), field) or '{}')
  if (known.since or 0) >= i.created then return end
  -- Where nothing tells of deliveries, refusals that lie far apart are no row.
  if now - (known.at or now) > 7 * reach.DAY_MS then known.first, known.times = nil, nil end
  local first, times = known.first or now, (known.times or 0) + 1
  local holds = times >= rule.times and (rule.times == 1 or now - first >= reach.DAY_MS)
  local ends, held = holds and now + rule.days * reach.DAY_MS or 0, known['until'] or 0
  reach.keep(field, {
    first = first, at = now, times = times, code = ends >= held and code or known.code, since = known.since, begun = known.begun,
    told = math.max(known.told or 0, i.created), ['until'] = math.max(ends, held) > 0 and math.max(ends, held) or nil,
  }, now)
  if holds then emit(now, 'person.unreachable', '', { who = p.who, number = p.number, code = code }) end
end

-- The outbound leg of a message has moved: whatever way the carrier told it.
function reach.hear(i, now)
  local rule, arrived = reach.CODES[i.outbound.code], reach.ARRIVED[i.outbound.state]
  if not rule and i.outbound.code ~= reach.OPTED_OUT and not arrived then return end
  if arrived and redis.call('EXISTS', K.unreachable()) == 0 then return end
  local s = load_session(i.session)
  for _, p in ipairs(s and s.people or {}) do
    if p.sid == i.outbound.participant then
      if arrived then reach.restore(p.who, p.number, i.created, now) else reach.learn(p, i, rule, now) end
    end
  end
end
