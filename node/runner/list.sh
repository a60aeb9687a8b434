# Lists the jobs of one step, archived ones too. Reads only.

list_jobs() { # those whose fields begin with $about
  for place in jobs archive; do
    for job in "$directory/$place"/*/; do
      [ ! -d "$job" ] || ! cd "$job" 2>/dev/null || list_job "$place/$(basename "$job")"
    done
  done
  say listed
}

list_job() {
  wanted=$about
  ! is_of_step || describe_job "$1"
  about=$wanted
}

is_of_step() {
  [ -e alive ] || return # a power cut can lose new files
  read_about 2>/dev/null && [ "$job_generation" = "$generation" ] || return
  case $about in "$wanted"*) ;; *) return 1 ;; esac
}

describe_job() {
  read_began
  kept=yes
  [ -e out ] || kept=no
  say "job $1 $began $kept $about"
}
