# Asks the machines that run applications to start or stop them.
class AppStarter
  def initialize(nats, apps, settings)
    @nats = nats
    @apps = apps
    @domain = settings['app_domain']
    @bits_url = "http://#{settings['staging_user']}:#{settings['staging_password']}@" \
                "#{settings['address']}:#{settings['external_port']}/staging/apps"
  end

  # One of the machines takes each message.
  def start(app, indexes = (0...app['instances']).to_a)
    indexes.each do |index|
      @nats.publish('dea.start', 'droplet' => app['guid'], 'name' => app['name'], 'index' => index,
                                 'sha1' => app['bits_sha1'], 'uris' => ["#{app['name']}.#{@domain}"],
                                 'executableUri' => "#{@bits_url}/#{app['guid']}/bits")
    end
  end

  # All instances, or those from an index upwards.
  def stop(guid, from_index: 0)
    @nats.publish('dea.stop', 'droplet' => guid, 'from_index' => from_index)
  end

  # The health manager misses instances; one cloud controller takes its word.
  def listen
    @nats.subscribe('hm9000.start', queue: 'cc') do |message|
      app = @apps.find(message['droplet'])
      wanted = app && app['state'] == 'STARTED' && message['index'] < app['instances']
      start(app, [message['index']]) if wanted
    end
  end
end
