//! Registers of networks and what crosses them.

use crate::message::texts;

texts! {
    /// The register.
    register_networks() { ja: "ネットワーク・無線台帳", en: "Networks" }
    /// What it is for.
    register_networks_purpose() { ja: "構内のネットワーク、無線LAN、VPNと、それを支える機器の設定・更新を管理します。", en: "Networks, wireless LANs and VPNs, and the equipment behind them." }
    /// Column.
    column_networks_name() { ja: "名称", en: "Name" }
    /// Help.
    help_networks_name() { ja: "ネットワークの呼び名です。無線LANではSSIDを書きます。", en: "What it is called; the SSID of a wireless LAN." }
    /// Column.
    column_networks_kind() { ja: "種類", en: "Kind" }
    /// Help.
    help_networks_kind() { ja: "拠点間を結ぶ回線は「VPN」または「閉域網」を選びます。", en: "Lines between sites are a VPN or a closed network." }
    /// Word.
    networks_kind_wired() { ja: "有線LAN", en: "Wired" }
    /// Word.
    networks_kind_wireless() { ja: "無線LAN", en: "Wireless" }
    /// Word.
    networks_kind_vpn() { ja: "VPN", en: "VPN" }
    /// Word.
    networks_kind_closed() { ja: "閉域網", en: "Closed network" }
    /// Word.
    networks_kind_internet() { ja: "インターネット", en: "Internet" }
    /// Column.
    column_networks_subnet() { ja: "アドレス範囲", en: "Addresses" }
    /// Help.
    help_networks_subnet() { ja: "例: 192.168.10.0/24", en: "Such as 192.168.10.0/24." }
    /// Column.
    column_networks_auth() { ja: "認証方式", en: "Authentication" }
    /// Help.
    help_networks_auth() { ja: "無線LANとVPNでは必ず選んでください。", en: "Always choose it for wireless LANs and VPNs." }
    /// Word.
    networks_auth_open() { ja: "なし", en: "None" }
    /// Word.
    networks_auth_psk() { ja: "共有パスフレーズ(WPA2/WPA3)", en: "Shared passphrase (WPA2/WPA3)" }
    /// Word.
    networks_auth_enterprise() { ja: "利用者・端末ごと(802.1X)", en: "Per user or device (802.1X)" }
    /// Word.
    networks_auth_certificate() { ja: "証明書", en: "Certificate" }
    /// Word.
    networks_auth_wired() { ja: "有線のみ", en: "Wired only" }
    /// Column.
    column_networks_place() { ja: "場所", en: "Place" }
    /// Help.
    help_networks_place() { ja: "使える場所や、結んでいる拠点です。", en: "Where it reaches, or the sites it joins." }
    /// Column.
    column_networks_equipment() { ja: "機器", en: "Equipment" }
    /// Help.
    help_networks_equipment() { ja: "ルーターや無線アクセスポイントなど、機器台帳にある名前です。", en: "The router or access point, from the register of hosts." }
    /// Column.
    column_networks_firmware() { ja: "ファームウェア", en: "Firmware" }
    /// Help.
    help_networks_firmware() { ja: "入っている版です。", en: "The edition installed." }
    /// Column.
    column_networks_firmware_on() { ja: "更新の確認日", en: "Updates checked on" }
    /// Column.
    column_networks_key_on() { ja: "パスフレーズの変更日", en: "Passphrase changed on" }
    /// Column.
    column_networks_gateway() { ja: "ゲートウェイ", en: "Gateway" }
    /// Help.
    help_networks_gateway() { ja: "例: 192.168.10.1", en: "Such as 192.168.10.1." }
    /// Column.
    column_networks_gateway_mac() { ja: "ゲートウェイのMACアドレス", en: "Gateway’s MAC address" }
    /// Column.
    column_networks_assurance() { ja: "機器の安全性の確認", en: "Assurance" }
    /// Help.
    help_networks_assurance() { ja: "ISO 15408認証や同等の文書の名前です。", en: "ISO 15408 or an equivalent document." }
    /// Column.
    column_networks_next_on() { ja: "次回の確認日", en: "Next check" }
    /// The register.
    register_endpoints() { ja: "外部接続・情報交換台帳", en: "Exchange with others" }
    /// What it is for.
    register_endpoints_purpose() { ja: "保険者や委託先などとの情報のやり取りについて、相手・経路・認証・暗号化の方法を管理します。", en: "With whom data is exchanged, over which way, and how both sides and the data are protected." }
    /// Column.
    column_endpoints_counterpart() { ja: "相手先", en: "With" }
    /// Help.
    help_endpoints_counterpart() { ja: "例: ○○健康保険組合", en: "Such as an insurer." }
    /// Column.
    column_endpoints_purpose() { ja: "用途", en: "Purpose" }
    /// Help.
    help_endpoints_purpose() { ja: "例: 健診結果の納品", en: "Such as delivery of results." }
    /// Column.
    column_endpoints_transport() { ja: "経路", en: "Way" }
    /// Help.
    help_endpoints_transport() { ja: "媒体で送る場合は、媒体台帳にも記録します。", en: "Record media that are sent in their register as well." }
    /// Word.
    endpoints_transport_tls() { ja: "HTTPS(TLS)", en: "HTTPS (TLS)" }
    /// Word.
    endpoints_transport_ipsec() { ja: "IPsec VPN", en: "IPsec VPN" }
    /// Word.
    endpoints_transport_closed() { ja: "閉域網", en: "Closed network" }
    /// Word.
    endpoints_transport_media() { ja: "媒体の送付", en: "Media" }
    /// Word.
    endpoints_transport_mail() { ja: "メール", en: "Mail" }
    /// Column.
    column_endpoints_address() { ja: "接続先", en: "Address" }
    /// Help.
    help_endpoints_address() { ja: "URL、ホスト名またはIPアドレスです。HTTPS(TLS)では、https:// で始まるURLか、ポートを付けたホスト名を書きます。例: https://portal.example.jp、portal.example.jp:8443", en: "A URL, host or IP address; with HTTPS (TLS), https://... or a host with its port." }
    /// Column.
    column_endpoints_probed_by() { ja: "確認する機器", en: "Checked by" }
    /// Help.
    help_endpoints_probed_by() { ja: "経路がHTTPS(TLS)のとき、TLSの版・クライアント証明書・サーバー証明書を実際に接続して確かめる機器です。ふだんこの接続先と送受信する機器を選びます。", en: "With HTTPS (TLS): the host that asks the endpoint for its TLS versions and certificates. Choose the one that usually exchanges data with it." }
    /// Column.
    column_endpoints_tls() { ja: "TLSの版", en: "TLS version" }
    /// Help.
    help_endpoints_tls() { ja: "TLS1.3のみが原則です。TLS1.2を許可する場合は、理由を備考に書きます。", en: "TLS 1.3 only is the rule; write why if 1.2 is allowed." }
    /// Word.
    endpoints_tls_tls13() { ja: "TLS1.3のみ", en: "TLS 1.3 only" }
    /// Word.
    endpoints_tls_tls12() { ja: "TLS1.2を許可", en: "TLS 1.2 allowed" }
    /// Word.
    endpoints_tls_none() { ja: "使用しない", en: "Not used" }
    /// Column.
    column_endpoints_certificate() { ja: "証明書", en: "Certificate" }
    /// Help.
    help_endpoints_certificate() { ja: "クライアント証明書など、証明書・鍵台帳にある名前です。", en: "The client certificate or the like, from the register of keys." }
    /// Column.
    column_endpoints_unit() { ja: "相手を確認する単位", en: "Verified per" }
    /// Help.
    help_endpoints_unit() { ja: "どの単位で相手を認証しているかを選びます。", en: "What is authenticated." }
    /// Word.
    endpoints_unit_site() { ja: "拠点", en: "Site" }
    /// Word.
    endpoints_unit_device() { ja: "機器", en: "Device" }
    /// Word.
    endpoints_unit_function() { ja: "機能", en: "Function" }
    /// Word.
    endpoints_unit_user() { ja: "利用者", en: "User" }
    /// Column.
    column_endpoints_encryption() { ja: "情報の暗号化", en: "Encryption" }
    /// Help.
    help_endpoints_encryption() { ja: "送る情報そのものの暗号化です。例: ZIP(AES-256)、パスワードは電話で伝達", en: "Of the data itself." }
    /// Column.
    column_endpoints_ports() { ja: "公開しているポート", en: "Open ports" }
    /// Help.
    help_endpoints_ports() { ja: "外部から届くポートです。ない場合は「なし」と書きます。", en: "What can be reached from outside, or none." }
    /// Column.
    column_endpoints_owner() { ja: "担当者", en: "Owner" }
    /// Column.
    column_endpoints_review_on() { ja: "次回の見直し日", en: "Next review" }
    /// The register.
    register_remote_access() { ja: "リモート接続台帳", en: "Remote access" }
    /// What it is for.
    register_remote_access_purpose() { ja: "外部から機器へ接続できる手段を、接続元・アカウント・時間帯とともに管理します。ここにない接続は認めません。", en: "Every permitted way into a host from outside, with sources, accounts and hours." }
    /// Column.
    column_remote_access_host() { ja: "接続先の機器", en: "Host" }
    /// Help.
    help_remote_access_host() { ja: "機器台帳にある名前です。", en: "From the register of hosts." }
    /// Column.
    column_remote_access_tool() { ja: "接続手段", en: "Tool" }
    /// Help.
    help_remote_access_tool() { ja: "例: SSH、リモートデスクトップ、TeamViewer", en: "Such as SSH or Remote Desktop." }
    /// Column.
    column_remote_access_users() { ja: "利用者", en: "Used by" }
    /// Help.
    help_remote_access_users() { ja: "会社名または氏名です。", en: "The company or people." }
    /// Column.
    column_remote_access_account() { ja: "使用アカウント", en: "Account" }
    /// Help.
    help_remote_access_account() { ja: "アカウント台帳から選びます。", en: "From the register of accounts." }
    /// Column.
    column_remote_access_source() { ja: "接続元", en: "From" }
    /// Help.
    help_remote_access_source() { ja: "接続元のアドレスです。例: 203.0.113.10", en: "The address it comes from." }
    /// Column.
    column_remote_access_window() { ja: "接続できる時間帯", en: "Hours" }
    /// Help.
    help_remote_access_window() { ja: "例: 平日9時から17時、申請した作業日のみ", en: "Such as on approved days only." }
    /// Column.
    column_remote_access_protection() { ja: "認証と保護", en: "Protection" }
    /// Help.
    help_remote_access_protection() { ja: "例: VPN、二要素認証、操作記録", en: "Such as VPN and two factors." }
    /// Column.
    column_remote_access_approver() { ja: "承認者", en: "Approved by" }
    /// Column.
    column_remote_access_approved_on() { ja: "承認日", en: "Approved on" }
    /// Column.
    column_remote_access_ends() { ja: "利用期限", en: "Until" }
}
