using System.Globalization;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>Reads base64 as Go's standard encoding does: line breaks are skipped, nothing else is, and surplus bits do not matter.</summary>
internal static class GoBase64
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <exception cref="DecodeException">It is no base64; the message names the first offending byte.</exception>
    public static byte[] Decode(string text)
    {
        var bytes = new List<byte>(text.Length * 3 / 4);
        for (var position = 0; ;)
        {
            var (group, count) = (0, 0);
            while (count < 4)
            {
                if (position == text.Length)
                {
                    return count == 0 ? [.. bytes] : throw Corrupt(position - count);
                }

                var next = text[position++];
                if (next is '\n' or '\r')
                {
                    continue;
                }

                if (next == '=')
                {
                    ReadPadding(text, position, count);
                    group <<= 6 * (4 - count);
                    bytes.Add((byte)(group >> 16));
                    if (count == 3)
                    {
                        bytes.Add((byte)(group >> 8));
                    }

                    return [.. bytes];
                }

                var value = Alphabet.IndexOf(next, StringComparison.Ordinal);
                group = value >= 0 ? (group << 6) | value : throw Corrupt(position - 1);
                count++;
            }

            bytes.AddRange([(byte)(group >> 16), (byte)(group >> 8), (byte)group]);
        }
    }

    /// <param name="position">What follows the first sign of padding, which only line breaks and its twin may.</param>
    private static void ReadPadding(string text, int position, int count)
    {
        if (count < 2)
        {
            throw Corrupt(position - 1);
        }

        if (count == 2)
        {
            position = SkipBreaks(text, position);
            if (position == text.Length || text[position] != '=')
            {
                throw Corrupt(position == text.Length ? position : position - 1);
            }

            position++;
        }

        position = SkipBreaks(text, position);
        if (position < text.Length)
        {
            throw Corrupt(position);
        }
    }

    private static int SkipBreaks(string text, int position)
    {
        while (position < text.Length && text[position] is '\n' or '\r')
        {
            position++;
        }

        return position;
    }

    private static DecodeException Corrupt(int position)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {position}");
        return new DecodeException(message, "error decoding from json: " + message);
    }
}
