create index apps_by_creator on apps (creator)
