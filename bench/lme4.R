# The same model by lme4, for bench/crossed.py: prints name=value lines. Usage: Rscript lme4.R FILE
path <- commandArgs(trailingOnly = TRUE)[1]
suppressPackageStartupMessages(library(lme4))
cpu <- function() sum(proc.time()[c("user.self", "sys.self")])

started <- cpu()
ratings <- read.csv(path, colClasses = c(s = "factor", d = "factor"))
read <- cpu()
fit <- lmer(y ~ 1 + (1 | s) + (1 | d), ratings, REML = TRUE)
fitted <- cpu()

say <- function(name, value) cat(name, "=", format(value, digits = 15), "\n", sep = "")
say("read_cpu", read - started)
say("fit_cpu", fitted - read)
say("mean", fixef(fit)[["(Intercept)"]])
say("between_ratees", VarCorr(fit)$d[1])
say("between_raters", VarCorr(fit)$s[1])
say("residual", sigma(fit)^2)
say("version", as.character(packageVersion("lme4")))
say("blas", basename(extSoftVersion()[["BLAS"]]))
