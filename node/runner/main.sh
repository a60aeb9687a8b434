# The entry point. A request sets variables and sources this file; a supervisor is called with arguments.
# Every request: action, directory, runner (this file's path).
#   install  engine generation run adopt (an engine, ? = unknown, - = none) controller source
#   repair   source
#   leave    engine generation run
#   run      engine generation run controller key about shown checked timeout long text digest input heard offset
#   jobs     generation about
#   follow   place wanted offset
#   poll     key offset limit
#   stop     key offset limit
# Answers go to standard error, each a line that begins with "runner: "; standard output is the command's.

say() { echo "runner: $*" >&2; }

case ${1:-} in
  supervise | expire)
    umask 077
    directory=${2%/jobs/*}
    "$@"
    exit
    ;;
esac
umask 077
case $action in
  install) install_runner ;;
  repair) repair_runner ;;
  leave) leave_node ;;
  run) start ;;
  jobs) list_jobs ;;
  follow)
    open_place
    attach
    follow
    ;;
  poll | stop)
    open_key
    $action
    ;;
esac
