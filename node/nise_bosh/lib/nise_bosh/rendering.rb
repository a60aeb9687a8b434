# The part that only renders: no files, no processes, so it can be loaded into ruby compiled to WebAssembly.
%w[
  ruby/older_struct ruby/older_ruby error ruby/yaml_text
  templates/property_lookup templates/template_failure templates/template_errors
  jobs/job_file jobs/job_definition templates/property_shapes templates/visible_properties
  manifest/manifest manifest/ipv4 manifest/subnet_settings manifest/instance_networks manifest/instance_spec
  templates/unknown_property templates/missing_value templates/taken_branch templates/open_branch
  templates/template_context ruby/redaction templates/trim_marks ruby/syntax_complaint
  templates/template templates/renderer templates/dry_rendering
].each { |file| require File.expand_path("../#{file}", __FILE__) }
