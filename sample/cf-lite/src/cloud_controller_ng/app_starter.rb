# Asks the machines that run applications to start or stop them.
class AppStarter
  def initialize(nats, apps, deas, settings)
    @nats = nats
    @apps = apps
    @deas = deas
    @missing = Queue.new
    @domain = settings['app_domain']
    @bits_url = "http://#{settings['staging_user']}:#{settings['staging_password']}@" \
                "#{settings['address']}:#{settings['external_port']}/staging/apps"
  end

  # Where no machine is known, the health manager asks again.
  def start(app, indexes = (0...app['instances']).to_a)
    indexes.each do |index|
      dea = @deas.pick(app['guid']) or next CfLite.log "no machine for #{app['name']}/#{index}"
      @nats.publish("dea.#{dea}.start", 'droplet' => app['guid'], 'name' => app['name'], 'index' => index,
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
    @nats.subscribe('dea.advertise') { |message| @deas.advertise(message) }
    @nats.subscribe('dea.shutdown') { |message| @deas.withdraw(message) }
    @nats.on_connect { @nats.publish('dea.locate', {}) }
    @nats.subscribe('hm9000.start', queue: 'cc') { |message| @missing << message }
    # Not by whoever reads the bus: while the database is asked, the machines go on advertising themselves.
    CfLite.every(0, 'a missing instance') { start_missing(@missing.pop) }
  end

  private

  def start_missing(message)
    app = @apps.find(message['droplet'])
    wanted = app && app['state'] == 'STARTED' && message['index'] < app['instances']
    start(app, [message['index']]) if wanted
  end
end
