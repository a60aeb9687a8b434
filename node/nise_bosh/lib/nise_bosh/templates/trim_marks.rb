module NiseBosh
  # `<%-` and `-%>`: trim mode elsewhere, but in BOSH's templates a minus sign in the code.
  module TrimMarks
    module_function

    # Numbers of the lines that have one.
    def lines(text)
      bytes(text).lines.each_with_index.map { |line, index| line =~ /<%-|-%>/n ? index + 1 : nil }.compact
    end

    def without(text)
      bytes(text).gsub('<%-', '<%').gsub('-%>', '%>').force_encoding(text.encoding)
    end

    def advice(lines)
      where = lines.size > 1 ? " (lines #{lines.join(', ')})" : ''
      "BOSH's templates know no trim mode: write %> instead of -%>, and <% instead of <%-#{where}"
    end

    def bytes(text)
      text.dup.force_encoding(Encoding::BINARY)
    end
  end
end
