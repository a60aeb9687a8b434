module NiseBosh
  # A BOSH (v1) deployment manifest; its `jobs` are instance groups, each a list of release jobs.
  class Manifest
    attr_reader :name, :networks

    # Throws Error.
    def self.read(path)
      raise Error, 'Deploy config file not found!' unless File.file?(path)
      new(YamlText.read(path))
    end

    def initialize(document)
      raise Error, 'The manifest is not a YAML mapping' unless document.is_a?(Hash)
      @name = document['name']
      @networks = document['networks'] || []
      @properties = document['properties'] || {}
      @groups = document['jobs']
    end

    # Names of the release jobs, in the manifest's order. Both spellings work, a text or a list.
    def job_names(group_name)
      group = group(group_name)
      Array(group['templates'] || group['template']).map { |job| job.is_a?(Hash) ? job['name'] : job }
    end

    def group_networks(group_name)
      group(group_name)['networks'] || []
    end

    # The manifest's properties with the group's own merged over them and its `property_mappings` resolved.
    def properties(group_name)
      properties = PropertyLookup.merge(@properties, group(group_name)['properties'] || {})
      (group(group_name)['property_mappings'] || {}).each do |to, from|
        value = PropertyLookup.find(properties, from)
        raise Error, "property_mappings of #{group_name}: property #{from} is not set" if value.nil?
        properties = properties.merge(to => value)
      end
      properties
    end

    private

    # A manifest without `jobs` has only properties, for any job of the release.
    def group(group_name)
      return { 'name' => group_name, 'template' => group_name } unless @groups
      @groups.find { |group| group['name'] == group_name } ||
        raise(Error, "Given job does not exist! The manifest has #{@groups.map { |group| group['name'] }.join(', ')}")
    end
  end
end
