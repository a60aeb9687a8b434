module NiseBosh
  # `spec.networks` of one instance, as BOSH's director fills it for manual networks.
  class InstanceNetworks
    # +options+: :index; :address (or nil) replaces the manifest's address in the instance's default network,
    # :own_address (or nil) serves where the manifest has none.
    def initialize(manifest, group_name, options)
      @manifest = manifest
      @group_name = group_name
      @index = options[:index]
      @address = options[:address]
      @own_address = options[:own_address]
    end

    # {network name => settings}
    def settings
      default = default_network
      wanted.each_with_object({}) do |network, settings|
        settings[network['name']] = settings_of(network, network.equal?(default))
      end
    end

    private

    # A manifest without networks gets the one that older tools provide.
    def wanted
      @wanted ||= begin
        listed = @manifest.group_networks(@group_name)
        listed.empty? ? [{ 'name' => 'default' }] : listed
      end
    end

    def default_network
      wanted.find { |network| network['default'] } || wanted.first
    end

    def settings_of(network, is_default)
      ip = (is_default && @address) || static_address(network) || (is_default && @own_address)
      raise Error, "No address for network #{network['name']} of #{@group_name}/#{@index}: give it with -n" unless ip
      settings = { 'ip' => ip, 'dns_record_name' => dns_record_name(network['name']) }
      settings['default'] = %w[dns gateway] if is_default
      settings.merge(subnet_settings(network['name'], ip))
    end

    # A node's own manifest lists one address, a whole cluster's lists one for each index.
    def static_address(network)
      addresses = Array(network['static_ips']).map { |entry| expand(entry) }.flatten
      addresses.size == 1 ? addresses.first : addresses[@index]
    end

    def expand(entry)
      first, last = entry.split('-').map(&:strip)
      last ? (Ipv4.number(first)..Ipv4.number(last)).map { |number| Ipv4.text(number) } : first
    end

    def dns_record_name(network_name)
      canonical = [@group_name, network_name, @manifest.name].map do |label|
        label.to_s.downcase.tr('_', '-').gsub(/[^a-z0-9-]/, '')
      end
      [@index, *canonical, InstanceSpec::DNS_DOMAIN].join('.')
    end

    def subnet_settings(network_name, ip)
      network = @manifest.networks.find { |candidate| candidate['name'] == network_name } || {}
      subnet = (network['subnets'] || []).find { |candidate| Ipv4.inside?(ip, candidate['range']) }
      return {} unless subnet
      {
        'netmask' => Ipv4.netmask(subnet['range'].split('/').last.to_i),
        'gateway' => subnet['gateway'],
        'dns' => subnet['dns'],
        'cloud_properties' => subnet['cloud_properties'] || {}
      }
    end
  end
end
