# Rscript session.R FOLDER PILOT…: the reports of several pilots in one session, one after another.
arguments <- commandArgs(TRUE)
for (pilot in arguments[-1]) {
  rmarkdown::render("benchmarks/report.Rmd", output_dir = arguments[1], intermediates_dir = arguments[1],
                    params = list(survey = file.path(pilot, "survey.csv")), envir = new.env(), quiet = TRUE)
}
