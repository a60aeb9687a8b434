# Compares what is wanted with what the machines say they run. Pure: the same facts give the same report.
class HealthReport
  # `desired`: guid => instances and state. `actual`: machine => list of droplet, index and state.
  def initialize(desired, actual)
    @desired = desired.select { |_, app| app['state'] == 'STARTED' }
    @actual = actual.flat_map { |dea, droplets| droplets.map { |droplet| droplet.merge('dea' => dea) } }
  end

  # Instances that no machine has: [guid, index].
  def missing
    there = @actual.map { |instance| instance.values_at('droplet', 'index') }
    @desired.flat_map { |guid, app| (0...app['instances']).map { |index| [guid, index] } } - there
  end

  # Instances that nobody wants, and second copies of wanted ones: [machine, guid, index].
  def extra
    @actual.group_by { |instance| instance.values_at('droplet', 'index') }.flat_map do |(guid, index), copies|
      wanted = @desired.key?(guid) && index < @desired[guid]['instances']
      copies.sort_by { |copy| copy['dea'] }.drop(wanted ? 1 : 0).map { |copy| [copy['dea'], guid, index] }
    end
  end

  def to_h
    running = @actual.count { |instance| instance['state'] == 'RUNNING' }
    { desired: @desired.sum { |_, app| app['instances'] }, running: running, missing: missing.size, extra: extra.size }
  end
end
