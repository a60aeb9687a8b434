module CfLite
  # The few things that are needed of etcd's version 2 interface.
  class Etcd
    PORT = 4001

    def initialize(machines)
      @machines = machines
    end

    # Keeps the value, for `ttl` seconds if given. Conditions (`prevExist`, `prevValue`) as etcd names them; false when
    # one of them does not hold.
    def put(key, value, ttl: nil, **conditions)
      form = { value: value, ttl: ttl }.compact.merge(conditions)
      headers = { 'Content-Type' => 'application/x-www-form-urlencoded' }
      answer = ask(:put, key, body: URI.encode_www_form(form), headers: headers)
      raise "etcd answered #{answer.code} to PUT #{key}" unless %w[200 201 404 412].include?(answer.code)

      %w[200 201].include?(answer.code)
    end

    # The values of the keys right below a folder; none when it is not there.
    def values_below(folder)
      answer = ask(:get, folder)
      answer.code == '200' ? JSON.parse(answer.body)['node'].fetch('nodes', []).map { |node| node['value'] } : []
    end

    private

    def ask(verb, key, **options)
      @machines.each do |machine|
        return HttpClient.request(verb, "http://#{machine}:#{PORT}/v2/keys#{key}", **options)
      rescue SystemCallError, IOError, Timeout::Error
        next
      end
      raise "no etcd answers: #{@machines.join(', ')}"
    end
  end
end
