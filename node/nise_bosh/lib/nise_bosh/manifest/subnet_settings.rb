module NiseBosh
  # What an address gets from its subnet.
  module SubnetSettings
    module_function

    # +networks+: the manifest's. An address outside all subnets, which BOSH refuses, gets no other settings.
    def of(networks, network_name, ip)
      network = networks.find { |candidate| candidate['name'] == network_name } || {}
      subnet = (network['subnets'] || []).find { |candidate| Ipv4.inside?(ip, candidate['range']) }
      return { 'ip' => ip } unless subnet
      settings = {
        'ip' => ip,
        'netmask' => Ipv4.netmask(subnet['range'].split('/').last.to_i),
        'cloud_properties' => subnet['cloud_properties'] || {}
      }
      %w[dns gateway].each { |key| settings[key] = subnet[key] if subnet[key] }
      settings
    end
  end
end
