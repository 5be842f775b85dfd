package spindle.http;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// An nginx, where it is installed: in a process of its own, with what it writes in a folder. It
/// listens at a port, with TLS at another one, and at the path `socket` in its folder.
///
/// | path | what it does |
/// |---|---|
/// | `/files/` | the files of the folder `files`, compressed if they are texts |
/// | `/app/` | passes on to another server |
/// | `/moved` | leads to `/files/digits.txt` |
/// | `/secret/` | the same files for [Page#USER] |
/// | `/little` | takes a thousand bytes at the most |
///
/// @param port of plain HTTP
/// @param securePort of HTTPS
record NginxServer(Process process, int port, int securePort, Path folder)
        implements AutoCloseable {
    /// A connection ends after so many requests.
    static final int REQUESTS = 20;

    private static final String CONFIGURATION = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr notice;
            events { worker_connections 500; }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                types { text/plain txt; }
                default_type application/octet-stream;
                gzip on;
                gzip_types text/plain;
                keepalive_requests $REQUESTS;
                client_max_body_size 0;
                server {
                    listen 127.0.0.1:$PORT;
                    listen 127.0.0.1:$SECURE ssl;
                    listen unix:$FOLDER/socket;
                    ssl_certificate chain.pem;
                    ssl_certificate_key key.pem;
                    location /files/ { root .; }
                    location /secret/ {
                        alias $FOLDER/files/;
                        auth_basic pages;
                        auth_basic_user_file passwords;
                    }
                    location /app/ {
                        proxy_pass http://127.0.0.1:$APP/;
                        proxy_http_version 1.1;
                        proxy_request_buffering off;
                    }
                    location = /moved { return 301 /files/digits.txt; }
                    location = /little {
                        client_max_body_size 1000;
                        proxy_pass http://127.0.0.1:$APP/;
                    }
                }
            }
            """;

    /// Returns where nginx is; null if it is not installed.
    static @Nullable Path program() {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /// Starts one.
    ///
    /// @param folder with files in its folder `files`
    /// @param app the port of what `/app/` leads to
    static NginxServer start(Path program, Path folder, int app) throws Exception {
        Certificates.writePem(folder, "127.0.0.1");
        Files.writeString(
                folder.resolve("passwords"), Page.USER + ":{PLAIN}" + Page.PASSWORD + "\n");
        while (true) {
            int port = anyPort();
            int securePort = anyPort();
            String configuration = CONFIGURATION
                    .replace("$REQUESTS", Integer.toString(REQUESTS))
                    .replace("$PORT", Integer.toString(port))
                    .replace("$SECURE", Integer.toString(securePort))
                    .replace("$APP", Integer.toString(app))
                    .replace("$FOLDER", folder.toString());
            Files.writeString(folder.resolve("nginx.conf"), configuration);
            Process process = new ProcessBuilder(
                            program.toString(),
                            "-p",
                            folder.toString(),
                            "-c",
                            "nginx.conf",
                            "-e",
                            "stderr")
                    .start();
            if (listens(process)) {
                return new NginxServer(process, port, securePort, folder);
            }
        }
    }

    /// A port that is free now; nginx knows no way to have the system choose one.
    private static int anyPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Waits until it has its ports; returns false if somebody else has one of them.
    private static boolean listens(Process process) throws IOException {
        StringBuilder said = new StringBuilder();
        BufferedReader log = process.errorReader(StandardCharsets.UTF_8);
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            said.append(line).append('\n');
            if (line.contains("getrlimit")) { // The last that it says before it serves.
                Thread.ofPlatform().daemon().name("nginx-log").start(() -> drain(log));
                return true;
            }
        }
        if (said.indexOf("Address already in use") >= 0) {
            return false;
        }
        throw new IOException("nginx does not start: " + said);
    }

    private static void drain(BufferedReader log) {
        try {
            while (log.readLine() != null) {
                // Nobody wants to know, but it must not be held up.
            }
        } catch (IOException ended) {
            return;
        }
    }

    List<String> urls(String path) {
        return List.of("http://127.0.0.1:" + port + path, "https://127.0.0.1:" + securePort + path);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
