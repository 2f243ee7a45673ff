# Base R: how far one person moves the headline.
source("data.R")

left_out <- function(id, pairs) {
  d <- change(pairs); n <- length(d)
  tests <- lapply(seq_len(n), function(i) t.test(d[-i]))
  all <- t.test(d)
  means <- vapply(tests, function(t) unname(t$estimate), 0)
  low <- vapply(tests, function(t) t$conf.int[1], 0); high <- vapply(tests, function(t) t$conf.int[2], 0)
  command <- "range over i of t.test(d[-i])"
  case(id, "leave_one_out_mean_change", pairs, estimates(all$estimate, range(means), n = n), command)
  case(id, "leave_one_out_conf_low", pairs, estimates(all$conf.int[1], range(low), n = n), command)
  case(id, "leave_one_out_conf_high", pairs, estimates(all$conf.int[2], range(high), n = n), command)
}
left_out("d12", d12); left_out("d25", d25); left_out("sleep", sleep_pairs); left_out("metric", metric)
write_cases("sensitivity")
