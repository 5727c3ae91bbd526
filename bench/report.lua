-- wrk prints what we need on one line: requests, seconds, p50 and p95 in ms, answers that were no success.
done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %.3f %.3f %.3f %d\n", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    summary.errors.status + summary.errors.read + summary.errors.timeout))
end
