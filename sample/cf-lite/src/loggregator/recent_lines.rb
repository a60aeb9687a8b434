# The last lines of each application.
class RecentLines
  def initialize(per_app)
    @per_app = per_app
    @lines = Hash.new { |apps, app| apps[app] = [] }
    @lock = Mutex.new
  end

  def add(line)
    @lock.synchronize do
      lines = @lines[line.fetch('app')]
      lines << line
      lines.shift while lines.size > @per_app
    end
  end

  def of(app)
    @lock.synchronize { @lines.fetch(app, []).dup }
  end

  def count
    @lock.synchronize { @lines.sum { |_, lines| lines.size } }
  end
end
