require 'socket'

# Sends what is written into log files to a syslog daemon, as lines over TCP. What was there at the first look is old.
class LogFiles
  def initialize(pattern, address, port)
    @pattern = pattern
    @address = address
    @port = port
    @offsets = Dir[pattern].to_h { |file| [file, File.size(file)] }
  end

  # Lines that cannot be sent now are sent next time.
  def send_news
    news = Dir[@pattern].map { |file| [file, complete_lines(file)] }.reject { |_, text| text.empty? }
    return if news.empty?

    Socket.tcp(@address, @port, connect_timeout: 2) do |socket|
      news.each do |file, text|
        text.each_line { |line| socket.write(message(file, line)) }
        @offsets[file] = offset(file) + text.bytesize
      end
    end
  end

  private

  def complete_lines(file)
    text = File.binread(file, nil, offset(file)).to_s
    text[0..text.rindex("\n").to_i].then { |lines| lines.end_with?("\n") ? lines : '' }
  end

  # A file that has become shorter was begun anew.
  def offset(file)
    known = @offsets.fetch(file, 0)
    known > File.size(file) ? 0 : known
  end

  def message(file, line)
    "<14>#{Time.now.strftime('%b %e %H:%M:%S')} #{Socket.gethostname} vcap.#{File.basename(file, '.log')}: #{line}"
  end
end
