# Ends one job on request.

stop() {
  await_owner
  end_session
  await_exit
  poll
}
