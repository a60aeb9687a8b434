create index apps_by_state on apps (state)
