module NiseBosh
  # What templates see as `spec`, as plain hashes.
  module InstanceSpec
    DNS_DOMAIN = 'bosh'

    module_function

    # +options+: :index (integer), :address and :own_address (see InstanceNetworks), :overlay (merged over the result).
    # `job.name` is the instance group's name, never the release job's.
    def build(manifest, group_name, jobs, options)
      spec = {
        'deployment' => manifest.name,
        'job' => {
          'name' => group_name,
          'template' => jobs.empty? ? nil : jobs.first.name,
          'templates' => jobs.map { |job| { 'name' => job.name } }
        },
        'index' => options[:index],
        'dns_domain_name' => DNS_DOMAIN,
        'networks' => InstanceNetworks.new(manifest, group_name, options).settings
      }
      spec = PropertyLookup.merge(spec, options[:overlay] || {})
      spec.merge('properties' => VisibleProperties.select(jobs, manifest.properties(group_name)))
    end
  end
end
