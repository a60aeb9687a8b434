# The whole tool: what rendering.rb loads and all that works on a node.
%w[
  rendering node_layout atomic_file tarball archive_file archive_check package release_job release flat_archives
  build_archives release_version release_choice release_opening job_archive package_closure package_store
  private_links shared_links package_compiler package_installer package_archive release_bundle system_folders
  job_folder monit_files instance_marker job_installer rendering_folder console json_events options own_address
  job_command packages_command archive_command release_file_command cli
].each { |file| require File.expand_path("../#{file}", __FILE__) }
