# The part that only renders: no files, no processes, so it can be loaded into ruby compiled to WebAssembly.
%w[
  older_struct older_ruby error yaml_text property_lookup template_failure template_errors job_file job_definition property_shapes
  visible_properties manifest ipv4 subnet_settings instance_networks instance_spec unknown_property missing_value
  taken_branch open_branch template_context redaction trim_marks syntax_complaint template renderer dry_rendering
].each { |file| require File.expand_path("../#{file}", __FILE__) }
