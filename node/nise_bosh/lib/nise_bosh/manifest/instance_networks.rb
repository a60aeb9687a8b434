module NiseBosh
  # `spec.networks` of one instance, as BOSH's director fills it for manual networks.
  class InstanceNetworks
    # What a job with several networks takes from one of them.
    DEFAULTS = %w[dns gateway]

    # +options+: :index; :address (or nil) replaces the manifest's address in the network that gives the gateway,
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
      Hash[wanted.map { |network| [network['name'], settings_of(network)] }]
    end

    private

    # A manifest without networks gets the one that older versions of nise-bosh made up.
    def wanted
      @wanted ||= begin
        listed = @manifest.group_networks(@group_name)
        listed.empty? ? [{ 'name' => 'default' }] : listed
      end
    end

    # BOSH refuses a manifest where no network claims it; here it is the first.
    def provider(default)
      wanted.find { |network| Array(network['default']).include?(default) } || wanted.first
    end

    def settings_of(network)
      ip = address_in(network)
      defaults = DEFAULTS.select { |default| provider(default).equal?(network) }
      SubnetSettings.of(@manifest.networks, network['name'], ip)
                    .merge(defaults.empty? ? {} : { 'default' => defaults })
                    .merge('dns_record_name' => dns_record_name(network['name']))
    end

    def address_in(network)
      main = provider('gateway').equal?(network)
      (main && @address) || static_address(network) || (main && @own_address) ||
        raise(Error, "No address for network #{network['name']} of #{@group_name}/#{@index}: give it with -n")
    end

    # A node's own manifest lists one address, a whole cluster's lists one for each index.
    def static_address(network)
      addresses = Array(network['static_ips']).map { |entry| Ipv4.list(entry) }.flatten
      addresses.size == 1 ? addresses.first : addresses[@index]
    end

    def dns_record_name(network_name)
      canonical = [@group_name, network_name, @manifest.name].map do |label|
        label.to_s.downcase.tr('_', '-').gsub(/[^a-z0-9-]/, '')
      end
      [@index, *canonical, InstanceSpec::DNS_DOMAIN].join('.')
    end
  end
end
