module NiseBosh
  # Where things lie below the install folder (/var/vcap). Always absolute: packaging scripts run elsewhere.
  class NodeLayout
    attr_reader :root

    def initialize(root)
      @root = File.expand_path(root)
    end

    def package_links
      path('packages')
    end

    def package_link(name)
      path('packages', name)
    end

    def package_data(name)
      path('data', 'packages', name)
    end

    def job_link(name)
      path('jobs', name)
    end

    def job_data(name)
      path('data', 'jobs', name)
    end

    def monit_entries
      path('monit', 'job')
    end

    # Where entries wait until somebody starts the instance.
    def held_monit_entries(instance_name)
      path('bosh', 'instances', instance_name, 'monit')
    end

    def instance(instance_name)
      path('bosh', 'instances', instance_name)
    end

    def instances
      path('bosh', 'instances')
    end

    def path(*parts)
      File.join(@root, *parts)
    end
  end
end
