# The whole tool: what rendering.rb loads and all that works on a node.
%w[
  rendering files/node_layout files/atomic_file files/tarball
  releases/archive_file releases/archive_check packages/package releases/release_job releases/release
  releases/flat_archives releases/build_archives releases/release_version releases/release_choice
  releases/release_opening jobs/job_archive packages/package_closure packages/package_store packages/private_links
  packages/shared_links packages/package_compiler packages/package_installer packages/package_archive
  releases/release_bundle jobs/system_folders jobs/job_folder jobs/monit_files jobs/instance_marker jobs/job_installer
  templates/rendering_folder command_line/console command_line/json_events command_line/options manifest/own_address
  command_line/job_command command_line/packages_command command_line/archive_command
  command_line/release_file_command command_line/cli
].each { |file| require File.expand_path("../#{file}", __FILE__) }
