module CfLite
  # Tells the routers, again and again, which names this machine answers for: they forget routes that go silent.
  class RouteRegistration
    SECONDS = 5

    def initialize(nats, address:)
      @nats = nats
      @address = address
      @routes = {}
    end

    def start
      CfLite.every(SECONDS, 'routes') { register_all }
      @nats.subscribe('router.start') { register_all }
      @nats.on_connect { register_all }
      Service.before_stop { @routes.each_key { |key| remove(key) } }
      self
    end

    # `key` is any name of the route's own.
    def add(key, port, uris, tags = {})
      @routes = @routes.merge(key => { host: @address, port: port, uris: uris, tags: tags })
      register(@routes[key])
    end

    def remove(key)
      route = @routes[key] or return
      @routes = @routes.reject { |other, _| other == key }
      @nats.publish('router.unregister', route)
    end

    private

    def register_all
      @routes.each_value { |route| register(route) }
    end

    def register(route)
      @nats.publish('router.register', route)
    end
  end
end
