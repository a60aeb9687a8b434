# Gives the node back: removes the runner, what it kept, and last the claim. The ledger stays, as proof.

leave_node() {
  [ -d "$directory" ] || { say left; exit 0; }
  take_lock
  repair_ledger || unwritable "$directory/ledger"
  read_claim
  if [ -n "$owner$undecided" ]; then
    assert_owner
    assert_not_superseded
    settle_jobs
    find "$directory" -mindepth 1 -maxdepth 1 ! -name ledger ! -name lock ! -name owner -exec rm -rf {} +
    rm -f "$directory/owner"
  fi
  release_lock
  say left
}
