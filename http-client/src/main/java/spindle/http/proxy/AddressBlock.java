package spindle.http.proxy;

import java.net.InetAddress;

/// The addresses that begin with the same bits: `10.0.0.0/8`.
///
/// An IPv4 address in IPv6 (`::ffff:10.0.0.1`) is an IPv4 address here, as it is to the JDK.
final class AddressBlock {
    private final byte[] address;
    private final int bits;

    private AddressBlock(byte[] address, int bits) {
        this.address = address;
        this.bits = bits;
    }

    /// Returns the block of one address alone.
    ///
    /// @param address as [spindle.http.url.Url#host()] has it
    static AddressBlock of(String address) {
        return parse(address, String.valueOf(bitsOf(address)));
    }

    private static int bitsOf(String address) {
        return address.indexOf(':') < 0 ? 32 : 128;
    }

    /// Reads a block.
    ///
    /// @param address any of its addresses, as [spindle.http.url.Url#host()] has it
    /// @param length how many bits they have in common, in decimal
    /// @throws IllegalArgumentException if that is no number, or more bits than there are
    static AddressBlock parse(String address, String length) {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        int most = bitsOf(address);
        // What the JDK reads as IPv4 has lost the first bits that it was written with.
        int lost = most - bytes.length * Byte.SIZE;
        // At most three digits, so that nothing overflows.
        int bits = length.matches("[0-9]{1,3}") ? Integer.parseInt(length) : -1;
        if (bits < lost || bits > most) {
            throw new IllegalArgumentException(
                    "expected a length from " + lost + " to " + most + " bits after the slash");
        }
        return new AddressBlock(bytes, bits - lost);
    }

    boolean contains(InetAddress other) {
        byte[] found = other.getAddress();
        if (found.length != address.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (found[i] != address[i]) {
                return false;
            }
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || (found[whole] ^ address[whole]) >> (Byte.SIZE - rest) == 0;
    }
}
