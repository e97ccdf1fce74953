using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Scalelab.Cluster.Api;

/// <summary>A range of IPv4 addresses in CIDR form.</summary>
public sealed record AddressRange(IPAddress Network, int PrefixLength)
{
    /// <summary>The number of addresses, network and broadcast included.</summary>
    public long Size => 1L << (32 - PrefixLength);

    public static AddressRange Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length == 2
            && IPAddress.TryParse(parts[0], out var network)
            && network.AddressFamily == AddressFamily.InterNetwork
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length is >= 8 and <= 30)
        {
            return new AddressRange(network, length);
        }

        throw new ArgumentException($"'{text}' is no range of IPv4 addresses. Write for example 127.96.0.0/16 (prefix 8 to 30).", nameof(text));
    }

    /// <summary>The address at a place in the range.</summary>
    public IPAddress At(long index)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(Number(Network) + index));
        return new IPAddress(bytes);
    }

    /// <summary>The place of an address in the range; null when it lies outside.</summary>
    public long? IndexOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return null;
        }

        var index = Number(address) - Number(Network);
        return index >= 0 && index < Size ? index : null;
    }

    public override string ToString() => $"{Network}/{PrefixLength.ToString(CultureInfo.InvariantCulture)}";

    private static long Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
