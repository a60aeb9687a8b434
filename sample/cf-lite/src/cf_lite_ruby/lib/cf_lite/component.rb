require 'securerandom'

module CfLite
  # Makes the service known on the bus, and shows its state to whoever has the credentials it announces.
  class Component
    # `varz` answers a hash of the service's figures.
    def initialize(nats, type:, index:, address:, &varz)
      @nats = nats
      @type = type
      @index = index
      @address = address
      @varz = varz || -> { {} }
      @credentials = ["#{type}-#{index}", SecureRandom.hex(16)]
      @started = Time.now
    end

    # The port is free for the taking: the bus tells it.
    def start
      routes = HttpRoutes.new
      routes.on('GET', '/healthz') { HttpRoutes.text("ok\n") }
      routes.on('GET', '/varz') { HttpRoutes.json(state.merge(@varz.call)) }
      @server = HttpServer.on_port(@address, 0) do |request|
        HttpRoutes.require_credentials(request, *@credentials)
        routes.call(request)
      end.start
      @nats.subscribe('vcap.component.discover') { |_, reply| @nats.publish(reply, announcement) if reply }
      @nats.on_connect { @nats.publish('vcap.component.announce', announcement) }
      self
    end

    private

    def announcement
      { type: @type, index: @index, uuid: "#{@index}-#{@credentials.last[0, 8]}", host: "#{@address}:#{@server.port}",
        credentials: @credentials, start: @started.utc.to_s }
    end

    def state
      { type: @type, index: @index, uptime: (Time.now - @started).round, mem: resident_kilobytes,
        bus_connected: @nats.connected? }
    end

    def resident_kilobytes
      File.read('/proc/self/status')[/VmRSS:\s+(\d+)/, 1].to_i
    end
  end
end
