-- What `load.rs` asks: method, target and body are its arguments. `{day}` in the target stands for another
-- date in each request.
init = function(args)
  wrk.method, wrk.path = args[1], args[2]
  if args[3] ~= "" then
    wrk.body = args[3]
    wrk.headers["Content-Type"] = "application/json"
    wrk.headers["Accept"] = "application/json, text/event-stream"
  end
  local from, to = string.find(args[2], "{day}", 1, true)
  if not from then return end
  local n, before, after = 0, string.sub(args[2], 1, from - 1), string.sub(args[2], to + 1)
  -- Without this function wrk sends the same bytes each time, which costs it less.
  request = function()
    n = n + 1
    return wrk.format(nil, before .. os.date("!%Y-%m-%d", 1451606400 + n % 3000 * 86400) .. after)
  end
end

-- What it reads: one line of numbers in a fixed order, times in microseconds.
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.timeout, e.status))
end
